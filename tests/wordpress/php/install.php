<?php
/* Installs WordPress in Finnish: argument 1 is its folder, 2 the name of the site, 3 its motto. */
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '127.0.0.1';
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
function wp_new_blog_notification($title, $url, $user, $password) {} // there is no mail here

wp_install($argv[2], 'paakayttaja', 'admin@example.invalid', true, '', wp_generate_password(), 'fi');
update_option('blogdescription', $argv[3]);
update_option('timezone_string', 'Europe/Helsinki');
update_option('date_format', 'j.n.Y');
update_option('thread_comments', 1);
switch_theme('twentytwentythree');
global $wp_rewrite;
$wp_rewrite->set_permalink_structure('/%year%/%monthnum%/%postname%/');
$wp_rewrite->flush_rules(false);
