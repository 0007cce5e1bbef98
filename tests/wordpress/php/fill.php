<?php
/* Fills WordPress the way its editors would: argument 1 is the folder of WordPress, argument 2 a JSON
   file of what is published. Prints what was published as JSON. */
$_SERVER['HTTP_HOST'] = '127.0.0.1';
require $argv[1] . '/wp-load.php';
foreach (['file', 'media', 'image', 'taxonomy'] as $part) {
    require_once ABSPATH . "wp-admin/includes/$part.php";
}
$given = json_decode(file_get_contents($argv[2]), true);

function term_of($name, $taxonomy) {
    $known = term_exists($name, $taxonomy) ?: wp_insert_term($name, $taxonomy);
    return (int) $known['term_id'];
}
function author_of($name) {
    $login = sanitize_user(sanitize_title($name), true);
    $known = get_user_by('login', $login);
    return $known ? $known->ID : wp_insert_user([
        'user_login' => $login, 'user_pass' => wp_generate_password(), 'role' => 'author',
        'display_name' => $name, 'user_email' => substr(md5($login), 0, 12) . '@example.invalid',
    ]);
}
function ends($id) {
    if (is_wp_error($id)) {
        fwrite(STDERR, $id->get_error_message() . "\n");
        exit(1);
    }
    return $id;
}

$made = [];
foreach ($given['posts'] as $one) {
    $categories = array_map(fn($name) => term_of($name, 'category'), $one['categories']);
    $id = ends(wp_insert_post([
        'post_title' => wp_slash($one['title']), 'post_name' => $one['slug'],
        'post_content' => wp_slash($one['content']), 'post_excerpt' => wp_slash($one['excerpt']),
        'post_status' => $one['status'], 'post_date' => $one['date'] . ' 09:00:00',
        'post_author' => author_of($one['author']), 'post_category' => $categories,
        'tags_input' => $one['tags'],
    ], true));
    $pdf = '';
    if ($one['pdf'] !== '') {
        $file = ends(media_handle_sideload(
            ['name' => basename($one['pdf']), 'tmp_name' => $one['pdf']], $id, $one['title']));
        $pdf = wp_get_attachment_url($file);
        $block = '<!-- wp:file {"id":' . $file . ',"href":"' . $pdf . '"} -->'
            . '<div class="wp-block-file"><a href="' . $pdf . '">' . esc_html($one['title']) . '</a>'
            . '<a href="' . $pdf . '" class="wp-block-file__button" download>Lataa</a></div>'
            . '<!-- /wp:file -->';
        $content = get_post($id)->post_content . "\n" . $block;
        ends(wp_update_post(['ID' => $id, 'post_content' => wp_slash($content)], true));
    }
    $parent = 0;
    foreach ($one['comments'] as $text) { // each answers the one before
        $parent = wp_insert_comment([
            'comment_post_ID' => $id, 'comment_author' => 'Lukija', 'comment_content' => $text,
            'comment_parent' => $parent, 'comment_approved' => 1,
        ]);
    }
    if ($one['status'] === 'publish') {
        $made[] = ['slug' => $one['slug'], 'id' => $id, 'url' => get_permalink($id), 'pdf' => $pdf,
            'attachment' => $pdf ? get_attachment_link($file) : ''];
    }
}
foreach ($given['pages'] as $one) {
    $one['content'] = strtr($one['content'], ['HOME' => home_url(), 'POST' => $made[0]['url'],
        'NUMBER' => $made[0]['id'], 'ATTACHMENT' => $made[1]['attachment']]);
    ends(wp_insert_post(['post_type' => 'page', 'post_status' => 'publish', 'post_title' => $one['title'],
        'post_name' => $one['slug'], 'post_content' => wp_slash($one['content'])], true));
}
wp_cache_flush();
echo json_encode($made, JSON_UNESCAPED_SLASHES);
